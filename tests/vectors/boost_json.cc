// The one place where Boost.JSON, which the tests use header-only, is compiled.
#include <boost/json/src.hpp>
