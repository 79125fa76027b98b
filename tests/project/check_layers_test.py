"""check_layers.py must find each kind of violation when one is planted in a clean tree."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import check_layers  # noqa: E402

CLEAN_TREE = {
    "CMakeLists.txt": "",
    "proto/opscope/proto/event.proto": "",
    "summary/include/opscope/summary/writer.h": "#include <string>\n",
    "summary/include/opscope/summary/event_reader.h": '#include "opscope/proto/event.pb.h"\n',
    "summary/src/crc32c.h": "",
    "summary/src/writer.cc": '#include "opscope/summary/writer.h"\n#include "crc32c.h"\n',
    "runtime/include/opscope/runtime/tensor.h": '#include "opscope/summary/writer.h"\n',
    "runtime/src/tensor/kernels.cc": "#include <Eigen/Core>\n",
    "runtime/include/opscope/profiler/profiler.h": "",
    "runtime/src/profiler/recorder.cc": '#include "opscope/profiler/profiler.h"\n',
    "viewer/model/hierarchy.h": '#include "opscope/proto/event.pb.h"\n',
    "viewer/ui/graph_page.cc": '#include <imgui.h>\n#include "viewer/model/hierarchy.h"\n',
    "viewer/app/window.cc": "#include <GLFW/glfw3.h>\n",
    "samples/train.cc": '#include "opscope/runtime/tensor.h"\n',
}


class CheckLayersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for path, text in CLEAN_TREE.items():
            self.write(path, text)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def plant(self, path, text, expected):
        """One violation, at the last line of `path`, whose line holds `expected`."""
        self.write(path, text)
        violations = check_layers.check(self.root)
        self.assertEqual(len(violations), 1, violations)
        self.assertTrue(violations[0].startswith(f"{path}:"), violations[0])
        self.assertIn(expected, violations[0])

    def test_a_clean_tree_has_no_violation(self):
        self.assertEqual(check_layers.check(self.root), [])

    def test_the_line_is_named(self):
        self.write("summary/src/a.cc", '\n\n#include "opscope/runtime/tensor.h"\n')
        self.assertTrue(check_layers.check(self.root)[0].startswith("summary/src/a.cc:3: "))

    def test_summary_includes_runtime(self):
        self.plant("summary/src/a.cc", '#include "opscope/runtime/tensor.h"\n',
                   "summary must not include runtime")

    def test_summary_includes_the_profiler(self):
        self.plant("summary/src/a.cc", '#include "opscope/profiler/profiler.h"\n',
                   "summary must not include profiler")

    def test_the_profiler_includes_runtime(self):
        self.plant("runtime/src/profiler/a.cc", '#include "opscope/runtime/tensor.h"\n',
                   "profiler must not include runtime")

    def test_the_profiler_knows_eigen(self):
        self.plant("runtime/src/profiler/a.cc", "#include <Eigen/Core>\n",
                   "profiler must not know Eigen")

    def test_runtime_includes_the_viewer(self):
        self.plant("runtime/src/graph/a.cc", '#include "viewer/model/hierarchy.h"\n',
                   "runtime must not include viewer/model")

    def test_the_viewer_includes_runtime(self):
        self.plant("viewer/model/a.cc", '#include "opscope/runtime/tensor.h"\n',
                   "viewer/model must not include runtime")

    def test_the_model_includes_the_ui(self):
        self.write("viewer/ui/page.h", "")
        self.plant("viewer/model/a.cc", '#include "viewer/ui/page.h"\n',
                   "viewer/model must not include viewer/ui")

    def test_the_model_knows_imgui(self):
        self.plant("viewer/model/a.cc", "#include <imgui.h>\n", "viewer/model must not know imgui")

    def test_the_ui_knows_glfw(self):
        self.plant("viewer/ui/a.cc", "#include <GLFW/glfw3.h>\n", "viewer/ui must not know GLFW")

    def test_a_public_header_exposes_eigen(self):
        self.plant("runtime/include/opscope/runtime/a.h", "#include <Eigen/Core>\n",
                   "a public header must not expose Eigen/Core")

    def test_a_public_header_includes_a_source_file(self):
        self.plant("summary/include/opscope/summary/a.h", '#include "crc32c.h"\n',
                   "a public header must not include summary/src/crc32c.h")

    def test_a_public_header_exposes_protobuf(self):
        self.plant("summary/include/opscope/summary/a.h", '#include "opscope/proto/event.pb.h"\n',
                   "must not expose protobuf")

    def test_a_sample_includes_a_source_file(self):
        self.plant("samples/a.cc", '#include "summary/src/crc32c.h"\n', "public headers only")

    def test_a_foreign_header_in_quotes(self):
        self.plant("summary/src/a.cc", '#include "zlib.h"\n', "is not a file of ours")

    def test_our_header_in_angle_brackets(self):
        self.plant("summary/src/a.cc", "#include <opscope/summary/writer.h>\n",
                   "to be included with quotes")

    def test_a_folder_without_a_rule(self):
        self.plant("viewer/extra/a.cc", "", "no rule for this folder")

    def test_a_new_name_at_the_top(self):
        self.plant("tools", "", "top of the tree")


if __name__ == "__main__":
    unittest.main()
