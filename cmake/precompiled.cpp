// Belongs to precompiled.cmake, where a target must have a source.
