// A C face over simdjson's On-Demand parser, and the splitter's scan loop. Swift sees plain structs and no C++.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Bytes that must be readable after a document. They must be zero: a truncated document is told by them.
#define CSJ_PADDING 64

enum csj_kind {
  CSJ_OBJECT = 0,
  CSJ_ARRAY = 1,
  CSJ_STRING = 2,
  CSJ_INTEGER = 3,
  CSJ_DOUBLE = 4,
  CSJ_BOOLEAN = 5,
  CSJ_NULL = 6
};

enum csj_flag {
  CSJ_TEXT_UNESCAPED = 1,  // the text had escapes and lies in `strings`, not in the source
  CSJ_KEY_UNESCAPED = 2,   // the same for the key
  CSJ_HAS_KEY = 4,         // a member of an object
  CSJ_MASKED = 8           // was or held a secret; its source bytes and its text are stars now
};

// One value. Nodes stand in document order; a container is followed by its children.
typedef struct csj_node {
  union {
    int64_t integer;  // integers; booleans as 0 and 1
    double number;
    struct {
      uint32_t start;  // from the source, or from `strings` if CSJ_TEXT_UNESCAPED
      uint32_t length;
    } text;
  } value;
  uint32_t start;  // the value's own bytes in the source
  uint32_t end;
  uint32_t next;  // the index after this value and everything in it
  uint32_t key_start;
  uint32_t key_length;
  uint8_t kind;
  uint8_t flags;
  uint16_t reserved;
} csj_node;

enum csj_status {
  CSJ_OK = 0,
  CSJ_EMPTY,
  CSJ_SYNTAX,
  CSJ_UTF8,
  CSJ_NUMBER_RANGE,
  CSJ_DEPTH,
  CSJ_TRAILING,
  CSJ_CONTROL_CHARACTER,
  CSJ_UNCLOSED_STRING,
  CSJ_STRING_ESCAPE,
  CSJ_TOO_LARGE,
  CSJ_MEMORY,
  CSJ_INTERNAL
};

typedef struct csj_result {
  int32_t status;      // csj_status
  uint32_t offset;     // where the error was met; only if has_offset
  bool has_offset;
  bool has_nul;        // some string or key contains U+0000
  bool has_masked;     // some secret was masked
  uint32_t count;
  const csj_node *nodes;
  const uint8_t *strings;  // unescaped strings; padded
} csj_result;

typedef struct csj_parser csj_parser;

// The version of the simdjson this was built against.
const char *csj_version(void);

// NULL when there is no memory.
csj_parser *csj_parser_new(void);
void csj_parser_free(csj_parser *parser);

// Parses one document of `length` bytes, followed by CSJ_PADDING zero bytes, and lists its values. If `masks_secrets`,
// the bytes of secret values (members named `client_secret`, and `client_secret=…` within a text) are overwritten with
// stars. The result is valid until the next call.
csj_result csj_parse(csj_parser *parser, uint8_t *bytes, size_t length, uint32_t depth_limit,
                     bool masks_secrets);

// Copies a valid value without the blanks between its parts, and returns the number of bytes; `target` has room for
// `length` and CSJ_PADDING bytes. What stands in strings stays.
size_t csj_minify(const uint8_t *bytes, size_t length, uint8_t *target);

// Where a scan over a value stands: it knows strings and depth, nothing else.
typedef struct csj_scan {
  int64_t depth;
  int64_t lines;  // newlines passed
  bool in_string;
  bool escaped;  // the next byte stands after a backslash
  bool done;
} csj_scan;

// Passes over one value that begins with a bracket, a brace or a quote, from wherever `scan` stands, and returns the
// number of bytes consumed; `scan->done` tells whether the value ended there. Start with a zeroed `scan`.
size_t csj_scan_value(const uint8_t *bytes, size_t length, csj_scan *scan);

#ifdef __cplusplus
}
#endif
