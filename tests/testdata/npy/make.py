# Recipe of the arrays in this folder (NumPy).
import numpy as np
np.save("fortran.npy", np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)))
np.save("big_endian.npy", np.array([1, -2], ">i2"))
np.save("text.npy", np.array(["a", "\u00e9\u20ac"]))
np.savez("two.npz", x=np.array([1.5, 2.5]), y=np.array(True))
np.savez_compressed("packed.npz", z=np.arange(100, dtype="u1"))
