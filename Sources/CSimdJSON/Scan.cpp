// The splitter's inner loop: it finds where a value ends by strings and depth, 64 bytes at a time.
#include "CSimdJSON.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace {

// One byte, the slow way; returns whether the value ended with it.
inline bool step(uint8_t byte, csj_scan &scan) {
  if (byte == '\n') ++scan.lines;
  if (scan.in_string) {
    if (scan.escaped) {
      scan.escaped = false;
    } else if (byte == '\\') {
      scan.escaped = true;
    } else if (byte == '"') {
      scan.in_string = false;
      return scan.depth == 0;
    }
    return false;
  }
  switch (byte) {
    case '"': scan.in_string = true; return false;
    case '{':
    case '[': ++scan.depth; return false;
    case '}':
    case ']': return --scan.depth <= 0;
    default: return false;
  }
}

#if defined(__SSE2__)

struct block {
  uint64_t quotes, escapes, opens, closes, newlines;
};

inline uint64_t matches(const __m128i *chunks, char byte) {
  const __m128i wanted = _mm_set1_epi8(byte);
  uint64_t mask = 0;
  for (int part = 0; part < 4; ++part) {
    mask |= uint64_t(uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(chunks[part], wanted)))) << (16 * part);
  }
  return mask;
}

inline block classify(const uint8_t *bytes) {
  __m128i chunks[4], folded[4];
  for (int part = 0; part < 4; ++part) {
    chunks[part] = _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes) + part);
    // Setting bit 5 makes '[' and '{' one byte, and ']' and '}'.
    folded[part] = _mm_or_si128(chunks[part], _mm_set1_epi8(0x20));
  }
  return {matches(chunks, '"'), matches(chunks, '\\'), matches(folded, '{'), matches(folded, '}'),
          matches(chunks, '\n')};
}

// Bit i is the parity of the bits up to and including i: set inside strings, from the opening quote on.
inline uint64_t running_parity(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

#endif

}  // namespace

extern "C" size_t csj_scan_value(const uint8_t *bytes, size_t length, csj_scan *state) {
  csj_scan scan = *state;
  size_t at = 0;
#if defined(__SSE2__)
  while (at + 64 <= length) {
    block found = classify(bytes + at);
    // Escapes, and a string that is the value itself, go the slow way.
    if (found.escapes != 0 || scan.escaped || (scan.depth == 0 && (scan.in_string || bytes[at] == '"'))) {
      for (size_t stop = at + 64; at < stop; ++at) {
        if (step(bytes[at], scan)) {
          scan.done = true;
          *state = scan;
          return at + 1;
        }
      }
      continue;
    }
    uint64_t inside = running_parity(found.quotes);
    if (scan.in_string) inside = ~inside;
    uint64_t opens = found.opens & ~inside;
    uint64_t closes = found.closes & ~inside;
    int64_t closing = __builtin_popcountll(closes);
    if (scan.depth <= closing) {
      uint64_t brackets = opens | closes;
      int64_t depth = scan.depth;
      while (brackets != 0) {
        int place = __builtin_ctzll(brackets);
        depth += (opens >> place & 1) != 0 ? 1 : -1;
        if (depth <= 0) {
          uint64_t before = place == 63 ? ~uint64_t(0) : (uint64_t(1) << (place + 1)) - 1;
          scan.lines += __builtin_popcountll(found.newlines & before);
          scan.depth = 0;
          scan.in_string = false;
          scan.done = true;
          *state = scan;
          return at + size_t(place) + 1;
        }
        brackets &= brackets - 1;
      }
    }
    scan.depth += __builtin_popcountll(opens) - closing;
    scan.in_string = (inside >> 63) != 0;
    scan.lines += __builtin_popcountll(found.newlines);
    at += 64;
  }
#endif
  for (; at < length; ++at) {
    if (step(bytes[at], scan)) {
      scan.done = true;
      *state = scan;
      return at + 1;
    }
  }
  *state = scan;
  return at;
}
