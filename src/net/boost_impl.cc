// The one translation unit that compiles the bodies of Asio and Beast (BOOST_*_SEPARATE_COMPILATION
// is set for this library), so that the others see declarations only and build faster.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
