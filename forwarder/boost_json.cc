// The one place of the library where Boost.JSON, used header-only, is compiled.
#include <boost/json/src.hpp>
