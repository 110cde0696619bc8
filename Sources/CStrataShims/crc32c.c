#include "strata_shims.h"

#include <string.h>

// Three streams hide the latency of the crc32 instruction (three cycles, one a cycle); their results are joined by
// multiplying with x^(8*n) mod P over GF(2), here with tables for two fixed stream lengths.
// Method: Gopal et al., "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction", Intel, 2011.

enum { LONG = 2048, SHORT = 256 };  // bytes a stream

static uint32_t gf2_times(const uint32_t *matrix, uint32_t vector) {
    uint32_t sum = 0;
    for (; vector; vector >>= 1, matrix++)
        if (vector & 1) sum ^= *matrix;
    return sum;
}

static void gf2_square(uint32_t *square, const uint32_t *matrix) {
    for (int n = 0; n < 32; n++) square[n] = gf2_times(matrix, matrix[n]);
}

// table[k][b]: what byte b at position k of a running crc becomes after `length` zero bytes.
static void zeros_table(uint32_t table[4][256], size_t length) {
    uint32_t odd[32], even[32];
    odd[0] = 0x82F63B78u;
    for (int n = 1; n < 32; n++) odd[n] = 1u << (n - 1);
    gf2_square(even, odd);  // two zero bits
    gf2_square(odd, even);  // four zero bits
    // Each squaring from here doubles; the first gives one zero byte. `length` is a power of two.
    uint32_t *from = odd, *to = even;
    for (size_t covered = 1;; covered *= 2) {
        gf2_square(to, from);
        uint32_t *swap = from;
        from = to;
        to = swap;
        if (covered == length) break;
    }
    for (uint32_t b = 0; b < 256; b++)
        for (int k = 0; k < 4; k++) table[k][b] = gf2_times(from, b << (8 * k));
}

static uint32_t long_zeros[4][256], short_zeros[4][256];

__attribute__((constructor)) static void make_tables(void) {
    zeros_table(long_zeros, LONG);
    zeros_table(short_zeros, SHORT);
}

static inline uint32_t shift(const uint32_t table[4][256], uint32_t crc) {
    return table[0][crc & 0xff] ^ table[1][(crc >> 8) & 0xff] ^ table[2][(crc >> 16) & 0xff] ^ table[3][crc >> 24];
}

#if defined(__x86_64__)
#include <nmmintrin.h>
#define TARGET __attribute__((target("sse4.2")))
#define STEP8(c, w) ((uint32_t)_mm_crc32_u64((c), (w)))
#define STEP1(c, b) (_mm_crc32_u8((c), (b)))
int strata_crc32c_has_hardware(void) { return __builtin_cpu_supports("sse4.2") != 0; }
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#define TARGET __attribute__((target("crc")))
#define STEP8(c, w) __crc32cd((c), (w))
#define STEP1(c, b) __crc32cb((c), (b))
int strata_crc32c_has_hardware(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
#else
int strata_crc32c_has_hardware(void) { return 0; }
uint32_t strata_crc32c_hardware(uint32_t crc, const void *bytes, size_t count) {
    (void)bytes;
    (void)count;
    return crc;  // never called: has_hardware said no
}
#endif

#if defined(TARGET)
TARGET static inline uint64_t word(const unsigned char *p) {
    uint64_t w;
    memcpy(&w, p, 8);
    return w;
}

TARGET static inline const unsigned char *three(uint32_t *crc, const unsigned char *p, size_t length,
                                                const uint32_t table[4][256]) {
    uint32_t a = *crc, b = 0, c = 0;
    for (const unsigned char *end = p + length; p < end; p += 8) {
        a = STEP8(a, word(p));
        b = STEP8(b, word(p + length));
        c = STEP8(c, word(p + 2 * length));
    }
    a = shift(table, a) ^ b;
    *crc = shift(table, a) ^ c;
    return p + 2 * length;
}

TARGET uint32_t strata_crc32c_hardware(uint32_t crc, const void *bytes, size_t count) {
    const unsigned char *p = bytes;
    while (count >= 3 * LONG) p = three(&crc, p, LONG, long_zeros), count -= 3 * LONG;
    while (count >= 3 * SHORT) p = three(&crc, p, SHORT, short_zeros), count -= 3 * SHORT;
    for (; count >= 8; p += 8, count -= 8) crc = STEP8(crc, word(p));
    for (; count; p++, count--) crc = STEP1(crc, *p);
    return crc;
}
#endif
