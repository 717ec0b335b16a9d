// Writes small HDF5 files for tests.
#pragma once

#include <string>
#include <vector>

#include "io/hdf5.h"

namespace volley::test {

class Hdf5Writer {
 public:
  explicit Hdf5Writer(const std::string& path)
      : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose),
        parents_(H5Pcreate(H5P_LINK_CREATE), H5Pclose) {
    H5Pset_create_intermediate_group(parents_.get(), 1);
  }

  // Shape {}: a scalar.
  void numbers(const std::string& path, const std::vector<double>& values, const std::vector<hsize_t>& shape = {},
               hid_t stored = H5T_IEEE_F32LE) {
    const io::h5::Handle space(
        shape.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
        H5Sclose);
    const io::h5::Handle dataset(
        H5Dcreate2(file_.get(), path.c_str(), stored, space.get(), parents_.get(), H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
    if (!values.empty()) H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  }

  void number(const std::string& path, double value) { numbers(path, {value}, {}, H5T_STD_I64LE); }

  void text(const std::string& path, const std::string& value) {
    const io::h5::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), value.size() + 1);
    const io::h5::Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    const io::h5::Handle dataset(
        H5Dcreate2(file_.get(), path.c_str(), type.get(), space.get(), parents_.get(), H5P_DEFAULT, H5P_DEFAULT),
        H5Dclose);
    H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, value.c_str());
  }

  void group(const std::string& path) {
    const io::h5::Handle made(H5Gcreate2(file_.get(), path.c_str(), parents_.get(), H5P_DEFAULT, H5P_DEFAULT),
                              H5Gclose);
  }

 private:
  io::h5::Handle file_, parents_;
};

}  // namespace volley::test
