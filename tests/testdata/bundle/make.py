# Recipe of tests/testdata/bundle (TensorFlow 2.21).
import sys, numpy as np, tensorflow as tf
out = sys.argv[1]
def save(prefix, names, slices, values):
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=names, shape_and_slices=slices, tensors=values)
# Two data files.
save(f"{out}/tmp_a", ["a"], [""], [tf.constant([[1, 2], [3, 4]], tf.int32)])
save(f"{out}/tmp_b", ["b", "text"], ["", ""], [tf.constant(2.5, tf.float64), tf.constant([b"x", b"", b"\xff" * 200])])
tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=[f"{out}/tmp_a", f"{out}/tmp_b"], destination_prefix=f"{out}/sharded", delete_old_dirs=False)
# A variable in parts, with extents whose codes have one and two bytes.
w = np.arange(600, dtype=np.float32).reshape(200, 3)
save(f"{out}/parted", ["w", "w", "w", "q"], ["200 3 0,100:-", "200 3 100,100:0,1", "200 3 100,100:1,2", ""],
     [w[:100], w[100:, :1], w[100:, 1:], tf.constant(True)])
