#!/bin/bash -eu
exec "$SRC/iocplab/ci/oss-fuzz-build"
