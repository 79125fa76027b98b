"""What XProf's tools say of a profile, as plain Python values."""

import json
import pathlib
import shutil

from tensorflow.tsl.profiler.protobuf import xplane_pb2
from xprof.convert import raw_to_tool_data


class Profile:
    """One xplane.pb, copied to `scratch`: XProf writes cache files beside its input."""

    def __init__(self, logdir, scratch):
        found = sorted(pathlib.Path(logdir).glob("plugins/profile/*/*.xplane.pb"))
        assert len(found) == 1, found
        assert not list(pathlib.Path(logdir).rglob("*.tmp*")), "an unfinished file was left behind"
        self.path = shutil.copy(found[0], scratch)
        self.space = xplane_pb2.XSpace.FromString(pathlib.Path(self.path).read_bytes())

    def tools(self):
        return raw_to_tool_data.xspace_to_tool_names([self.path])

    def tool(self, name):
        data, _ = raw_to_tool_data.xspace_to_tool_data([self.path], name,
                                                       {"use_saved_result": False})
        return json.loads(data)

    def op_rows(self):
        """{(type, name): {column id: value}} of framework_op_stats, without XProf's IDLE row."""
        rows = table_rows(self.tool("framework_op_stats")[0])
        return {(row["type"], row["operation"]): row for row in rows if row["type"] != "IDLE"}

    def steps(self):
        """[{column id: value}] of the steps in the overview page."""
        return table_rows(self.tool("overview_page")[1])

    def slices(self):
        """The complete events of trace_viewer."""
        return [event for event in self.tool("trace_viewer")["traceEvents"]
                if event.get("ph") == "X"]

    def thread_names(self):
        return {event["args"]["name"] for event in self.tool("trace_viewer")["traceEvents"]
                if event.get("name") == "thread_name"}

    def host_events(self):
        """(thread name, event name, XEvent) of the host plane, read by TensorFlow's classes."""
        for plane in self.space.planes:
            if plane.name != "/host:CPU":
                continue
            for line in plane.lines:
                for event in line.events:
                    yield line.name, plane.event_metadata[event.metadata_id].name, event


def table_rows(table):
    """The rows of a gviz table as dictionaries."""
    names = [column["id"] for column in table["cols"]]
    return [dict(zip(names, (cell.get("v") if cell else None for cell in row["c"])))
            for row in table["rows"]]
