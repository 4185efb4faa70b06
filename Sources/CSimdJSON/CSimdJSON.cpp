#include "CSimdJSON.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include <simdjson.h>

using namespace simdjson;

namespace {

constexpr char kSecretKey[] = "client_secret";
constexpr size_t kSecretKeyLength = sizeof(kSecretKey) - 1;
constexpr size_t kSmallestCapacity = 64 * 1024;
// What a parser keeps between documents; the memory of a larger one is given back before the next small one.
constexpr size_t kKeptCapacity = 4 * 1024 * 1024;

inline bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

struct failure {
  csj_status status = CSJ_OK;
  const uint8_t *where = nullptr;
};

}  // namespace

struct csj_parser {
  std::unique_ptr<ondemand::parser> engine;
  csj_node *nodes = nullptr;
  size_t count = 0;
  size_t capacity = 0;

  // The document at hand.
  uint8_t *base = nullptr;
  uint8_t *end = nullptr;
  const uint8_t *strings = nullptr;
  const uint8_t *next_escape = nullptr;   // the first backslash not yet passed, or `end`
  const uint8_t *next_mention = nullptr;  // the first `client_secret` not yet passed, or `end`
  uint32_t depth_limit = 0;
  bool has_nul = false;
  bool has_masked = false;
  bool masks_secrets = true;
  failure failed;

  ~csj_parser() { std::free(nodes); }

  error_code fail(csj_status status, const uint8_t *where) {
    failed = {status, where};
    return TAPE_ERROR;
  }

  bool grow() {
    size_t wanted = capacity == 0 ? 1024 : capacity * 2;
    auto *grown = static_cast<csj_node *>(std::realloc(nodes, wanted * sizeof(csj_node)));
    if (grown == nullptr) return false;
    nodes = grown;
    capacity = wanted;
    return true;
  }

  // Whether there is a backslash in [from, to); calls go through the document in order.
  inline bool has_escape(const uint8_t *from, const uint8_t *to) {
    if (next_escape < from) {
      auto *found = static_cast<const uint8_t *>(std::memchr(from, '\\', size_t(end - from)));
      next_escape = found == nullptr ? end : found;
    }
    return next_escape < to;
  }

  static const uint8_t *mention(const uint8_t *from, const uint8_t *to) {
    auto *found = memmem(from, size_t(to - from), kSecretKey, kSecretKeyLength);
    return found == nullptr ? to : static_cast<const uint8_t *>(found);
  }

  // Whether there is a `client_secret` in [from, to); calls go through the document in order, so that a document is
  // searched once, not string by string.
  inline bool has_mention(const uint8_t *from, const uint8_t *to) {
    if (next_mention < from) next_mention = mention(from, end);
    return next_mention < to;
  }

  // The value that a query string gives to a name ending in `client_secret` just before `from` (`client_secret=…`, the
  // `=` encoded or not); empty where none is given.
  static std::pair<const uint8_t *, const uint8_t *> query_value(const uint8_t *from, const uint8_t *to) {
    if (from < to && *from == '=') {
      from += 1;
    } else if (to - from > 2 && from[0] == '%' && from[1] == '3' && (from[2] | 0x20) == 'd') {
      from += 3;
    } else {
      return {from, from};
    }
    auto *stop = from;
    while (stop < to && *stop != '&' && *stop != '#' && *stop > ' ') ++stop;
    return {from, stop};
  }

  // Overwrites `client_secret=…` within a text without escapes, as in the links of `next_action`.
  void mask_query(csj_node &node, const uint8_t *stop) {
    for (auto *found = next_mention; found < stop;) {
      auto [value, value_end] = query_value(found + kSecretKeyLength, stop);
      found = mention(value_end, stop);
      if (value == value_end) continue;
      std::memset(base + (value - base), '*', size_t(value_end - value));
      node.flags |= CSJ_MASKED;
      has_masked = true;
    }
  }

  // The same for a text with escapes, which has two forms: whether it must be masked as a whole.
  static bool has_query_secret(std::string_view text) {
    auto *stop = reinterpret_cast<const uint8_t *>(text.data()) + text.size();
    for (auto *found = mention(stop - text.size(), stop); found < stop;) {
      auto [value, value_end] = query_value(found + kSecretKeyLength, stop);
      if (value != value_end) return true;
      found = mention(value_end, stop);
    }
    return false;
  }

  inline const uint8_t *trimmed(const uint8_t *from, const uint8_t *to) const {
    while (to > from && is_space(to[-1])) --to;
    return to;
  }

  error_code note_unescaped(std::string_view text, uint32_t &start, uint32_t &length, const uint8_t *where) {
    auto *first = reinterpret_cast<const uint8_t *>(text.data());
    if (strings == nullptr) strings = first;
    // A lone surrogate gets through the unescaping and would come out as invalid UTF-8.
    if (!validate_utf8(text)) return fail(CSJ_STRING_ESCAPE, where);
    if (std::memchr(first, 0, text.size()) != nullptr) has_nul = true;
    start = uint32_t(first - strings);
    length = uint32_t(text.size());
    return SUCCESS;
  }

  // Overwrites a secret with stars of the same length, so that every slice taken later is masked.
  void mask(size_t index) {
    csj_node &node = nodes[index];
    if (node.kind == CSJ_NULL) return;
    count = index + 1;
    node.next = uint32_t(count);
    has_masked = true;
    node.flags = uint8_t((node.flags & ~CSJ_TEXT_UNESCAPED) | CSJ_MASKED);
    uint32_t length = node.end - node.start;
    if (length < 2) {
      base[node.start] = '0';
      node.kind = CSJ_INTEGER;
      node.value.integer = 0;
      return;
    }
    std::memset(base + node.start, '*', length);
    base[node.start] = '"';
    base[node.end - 1] = '"';
    node.kind = CSJ_STRING;
    node.value.text.start = node.start + 1;
    node.value.text.length = length - 2;
  }

  // A value's type by its first byte, its children and its bytes. `T` is a value, or the document itself.
  template <typename T>
  error_code walk(T &value, size_t index, uint32_t depth, std::string_view token) {
    auto *start = reinterpret_cast<const uint8_t *>(token.data());
    csj_node &node = nodes[index];
    node.start = uint32_t(start - base);
    switch (*start) {
      case '{':
        if (depth > depth_limit) return fail(CSJ_DEPTH, start);
        return walk_object(value, index, depth);
      case '[':
        if (depth > depth_limit) return fail(CSJ_DEPTH, start);
        return walk_array(value, index, depth);
      default:
        auto *stop = trimmed(start, start + token.size());
        node.end = uint32_t(stop - base);
        node.next = uint32_t(index + 1);
        return walk_scalar(value, node, start, stop);
    }
  }

  template <typename T>
  error_code walk_scalar(T &value, csj_node &node, const uint8_t *start, const uint8_t *stop) {
    switch (*start) {
      case '"':
        node.kind = CSJ_STRING;
        if (!has_escape(start, stop)) {
          // The first pass has paired the quotes, so the token's last byte closes the string.
          if (stop - start < 2 || stop[-1] != '"') return fail(CSJ_SYNTAX, start);
          node.value.text.start = node.start + 1;
          node.value.text.length = node.end - node.start - 2;
          if (masks_secrets && has_mention(start, stop)) mask_query(node, stop - 1);
          ondemand::raw_json_string ignored;
          return value.get_raw_json_string().get(ignored);
        } else {
          std::string_view text;
          if (value.get_string().get(text)) return fail(CSJ_STRING_ESCAPE, start);
          if (stop[-1] != '"') return fail(CSJ_SYNTAX, start);
          node.flags |= CSJ_TEXT_UNESCAPED;
          if (auto error = note_unescaped(text, node.value.text.start, node.value.text.length, start)) return error;
          if (masks_secrets && has_query_secret(text)) mask(size_t(&node - nodes));
          return SUCCESS;
        }
      case 't':
      case 'f': {
        bool flag = false;
        if (stop - start != (*start == 't' ? 4 : 5) || value.get_bool().get(flag)) return fail(CSJ_SYNTAX, start);
        node.kind = CSJ_BOOLEAN;
        node.value.integer = flag ? 1 : 0;
        return SUCCESS;
      }
      case 'n': {
        bool null = false;
        // A lone `null` is let through by the engine with anything behind it.
        if (stop - start != 4 || value.is_null().get(null) || !null) return fail(CSJ_SYNTAX, start);
        node.kind = CSJ_NULL;
        node.value.integer = 0;
        return SUCCESS;
      }
      default:
        return walk_number(value, node, start, stop);
    }
  }

  template <typename T>
  error_code walk_number(T &value, csj_node &node, const uint8_t *start, const uint8_t *stop) {
    bool whole = true;
    for (auto *byte = start; byte < stop; ++byte) {
      if (*byte >= '0' && *byte <= '9') continue;
      if (*byte == '.' || *byte == 'e' || *byte == 'E') {
        whole = false;
      } else if (*byte != '-' && *byte != '+') {
        return fail(CSJ_SYNTAX, start);
      }
    }
    if (whole) {
      node.kind = CSJ_INTEGER;
      if (value.get_int64().get(node.value.integer) == SUCCESS) return SUCCESS;
      auto *digits = *start == '-' ? start + 1 : start;
      bool valid = digits < stop && (*digits != '0' || stop - digits == 1);
      for (auto *byte = digits; byte < stop; ++byte) valid = valid && *byte >= '0' && *byte <= '9';
      return fail(valid ? CSJ_NUMBER_RANGE : CSJ_SYNTAX, start);
    }
    node.kind = CSJ_DOUBLE;
    if (value.get_double().get(node.value.number) == SUCCESS) return SUCCESS;
    return fail(is_decimal(start, stop) ? CSJ_NUMBER_RANGE : CSJ_SYNTAX, start);
  }

  // The grammar of a number, asked only after the engine refused one, to tell "too large" from "malformed".
  static bool is_decimal(const uint8_t *byte, const uint8_t *stop) {
    auto digits = [&] {
      auto *first = byte;
      while (byte < stop && *byte >= '0' && *byte <= '9') ++byte;
      return byte - first;
    };
    if (byte < stop && *byte == '-') ++byte;
    auto *first = byte;
    auto whole = digits();
    if (whole == 0 || (*first == '0' && whole > 1)) return false;
    if (byte < stop && *byte == '.') {
      ++byte;
      if (digits() == 0) return false;
    }
    if (byte < stop && (*byte == 'e' || *byte == 'E')) {
      ++byte;
      if (byte < stop && (*byte == '+' || *byte == '-')) ++byte;
      if (digits() == 0) return false;
    }
    return byte == stop;
  }

  template <typename T>
  error_code walk_object(T &value, size_t index, uint32_t depth) {
    nodes[index].kind = CSJ_OBJECT;
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return error;
    for (auto entry : object) {
      ondemand::field field;
      if (auto error = std::move(entry).get(field)) return error;
      if (count == capacity && !grow()) return MEMALLOC;
      size_t child = count++;
      nodes[child].flags = CSJ_HAS_KEY;
      bool secret = false;
      std::string_view token = field.value().raw_json_token();
      if (auto error = take_key(field, nodes[child], token, secret)) return error;
      if (auto error = walk(field.value(), child, depth + 1, token)) return error;
      if (secret && masks_secrets) mask(child);
    }
    return close(value, index);
  }

  error_code take_key(ondemand::field &field, csj_node &node, std::string_view token, bool &secret) {
    auto *key = reinterpret_cast<const uint8_t *>(field.key().raw());
    // Only blanks and the colon stand between the key's last quote and the value.
    auto *stop = reinterpret_cast<const uint8_t *>(token.data());
    stop = trimmed(key, stop);
    if (stop == key || *--stop != ':') return fail(CSJ_SYNTAX, key - 1);
    stop = trimmed(key, stop);
    if (stop == key || *--stop != '"') return fail(CSJ_SYNTAX, key - 1);
    const uint8_t *text = key;
    if (!has_escape(key, stop)) {
      node.key_start = uint32_t(key - base);
      node.key_length = uint32_t(stop - key);
    } else {
      std::string_view unescaped;
      if (field.unescaped_key().get(unescaped)) return fail(CSJ_STRING_ESCAPE, key - 1);
      if (auto error = note_unescaped(unescaped, node.key_start, node.key_length, key - 1)) return error;
      node.flags |= CSJ_KEY_UNESCAPED;
      text = reinterpret_cast<const uint8_t *>(unescaped.data());
    }
    secret = node.key_length == kSecretKeyLength && std::memcmp(text, kSecretKey, kSecretKeyLength) == 0;
    return SUCCESS;
  }

  template <typename T>
  error_code walk_array(T &value, size_t index, uint32_t depth) {
    nodes[index].kind = CSJ_ARRAY;
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return error;
    for (auto entry : array) {
      ondemand::value element;
      if (auto error = std::move(entry).get(element)) return error;
      if (count == capacity && !grow()) return MEMALLOC;
      size_t child = count++;
      nodes[child].flags = 0;
      nodes[child].key_start = 0;
      nodes[child].key_length = 0;
      if (auto error = walk(element, child, depth + 1, element.raw_json_token())) return error;
    }
    return close(value, index);
  }

  // The position is behind the closing bracket, at the next token.
  template <typename T>
  error_code close(T &value, size_t index) {
    const char *location = nullptr;
    auto *stop = value.current_location().get(location) == SUCCESS ? reinterpret_cast<const uint8_t *>(location) : end;
    csj_node &node = nodes[index];
    node.end = uint32_t(trimmed(base + node.start, stop) - base);
    node.next = uint32_t(count);
    return SUCCESS;
  }

  error_code run(size_t length) {
    if (length > engine->capacity()) {
      size_t wanted = kSmallestCapacity;
      while (wanted < length) wanted *= 2;
      if (auto error = engine->allocate(wanted)) return error;
    }
    ondemand::document document;
    if (auto error = engine->iterate(base, length, length + CSJ_PADDING).get(document)) return error;
    if (count == capacity && !grow()) return MEMALLOC;
    count = 1;
    nodes[0] = csj_node{};
    std::string_view token;
    if (auto error = document.raw_json_token().get(token)) return error;
    if (auto error = walk(document, 0, 1, token)) {
      const char *location = nullptr;
      if (failed.status == CSJ_OK && document.current_location().get(location) == SUCCESS) {
        failed.where = reinterpret_cast<const uint8_t *>(location);
      }
      return error;
    }
    const char *location = nullptr;
    if (document.current_location().get(location) == SUCCESS) {
      return fail(CSJ_TRAILING, reinterpret_cast<const uint8_t *>(location));
    }
    return SUCCESS;
  }
};

namespace {

csj_status status_of(error_code error) {
  switch (error) {
    case SUCCESS: return CSJ_OK;
    case EMPTY: return CSJ_EMPTY;
    case UTF8_ERROR: return CSJ_UTF8;
    case DEPTH_ERROR: return CSJ_DEPTH;
    case TRAILING_CONTENT: return CSJ_TRAILING;
    case UNESCAPED_CHARS: return CSJ_CONTROL_CHARACTER;
    case UNCLOSED_STRING: return CSJ_UNCLOSED_STRING;
    case STRING_ERROR: return CSJ_STRING_ESCAPE;
    case CAPACITY: return CSJ_TOO_LARGE;
    case MEMALLOC: return CSJ_MEMORY;
    default: return CSJ_SYNTAX;
  }
}

}  // namespace

// The macro is bare text and not a string.
#define CSJ_TEXT(value) #value
#define CSJ_EXPANDED(value) CSJ_TEXT(value)
extern "C" const char *csj_version(void) { return CSJ_EXPANDED(SIMDJSON_VERSION); }

extern "C" csj_parser *csj_parser_new(void) {
  try {
    auto *parser = new csj_parser();
    parser->engine.reset(new ondemand::parser());
    return parser;
  } catch (...) {
    return nullptr;
  }
}

extern "C" void csj_parser_free(csj_parser *parser) { delete parser; }

extern "C" csj_result csj_parse(csj_parser *parser, uint8_t *bytes, size_t length, uint32_t depth_limit,
                                bool masks_secrets) {
  csj_result result = {};
  // The engine copies a lone number with the blanks behind it to a small buffer.
  while (length > 0 && is_space(bytes[length - 1])) --length;
  // Offsets are 32 bits wide.
  if (length > (size_t(1) << 30)) {
    result.status = CSJ_TOO_LARGE;
    return result;
  }
  try {
    if (length <= kKeptCapacity && parser->engine->capacity() > kKeptCapacity) {
      parser->engine.reset(new ondemand::parser());
      std::free(parser->nodes);
      parser->nodes = nullptr;
      parser->capacity = 0;
    }
    parser->count = 0;
    parser->base = bytes;
    parser->end = bytes + length;
    parser->strings = nullptr;
    parser->next_escape = nullptr;
    parser->next_mention = nullptr;
    parser->depth_limit = depth_limit;
    parser->has_nul = false;
    parser->has_masked = false;
    parser->masks_secrets = masks_secrets;
    parser->failed = {};
    auto error = parser->run(length);
    if (error) {
      auto &failed = parser->failed;
      result.status = failed.status != CSJ_OK ? failed.status : status_of(error);
      if (failed.where >= bytes && failed.where <= bytes + length) {
        result.has_offset = true;
        result.offset = uint32_t(failed.where - bytes);
      }
      return result;
    }
  } catch (...) {
    result.status = CSJ_INTERNAL;
    return result;
  }
  result.has_nul = parser->has_nul;
  result.has_masked = parser->has_masked;
  result.count = uint32_t(parser->count);
  result.nodes = parser->nodes;
  result.strings = parser->strings;
  return result;
}

extern "C" size_t csj_minify(const uint8_t *bytes, size_t length, uint8_t *target) {
  size_t written = 0;
  auto error = minify(reinterpret_cast<const char *>(bytes), length, reinterpret_cast<char *>(target), written);
  if (error == SUCCESS) return written;
  // Only an open string is refused, which no value has; then it stays as it is.
  std::memcpy(target, bytes, length);
  return length;
}
