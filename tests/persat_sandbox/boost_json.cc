// The one place of the program where Boost.JSON, used header-only, is compiled.
#include <boost/json/src.hpp>
