"""How the weights of `mini` were trained: data, stages, assembly, measurement. Not part of the wheel."""
