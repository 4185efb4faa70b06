// The C++ library has no C header; CSimdJSON wraps it. This target only carries its link flags.
