// The one function of glibc 2.36 that libstdc++'s archive asks for. With this one in its place the
// binary runs from glibc 2.35 on, as Ubuntu 22.04 has it.
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

uint32_t arc4random(void) {
    uint32_t value;
    // Four bytes come whole or not at all; without them nothing is random, so nothing goes on.
    if (getrandom(&value, sizeof value, 0) != sizeof value) abort();
    return value;
}
