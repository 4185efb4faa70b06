// The part of DuckDB's C API that Okapi calls, as a table of functions that is filled when DuckDB is first used.
// Linked, the library's 60 MB would cost every start of the program more than ten milliseconds, lake or no lake.
// Names, types and layouts are those of DuckDB's own header, version 1.5; its documentation holds.
#pragma once
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef enum { okapi_duckdb_success = 0, okapi_duckdb_error = 1 } okapi_duckdb_state;
/* How far a pending statement is. */
typedef enum {
  okapi_duckdb_pending_ready = 0,
  okapi_duckdb_pending_not_ready = 1,
  okapi_duckdb_pending_error = 2,
  okapi_duckdb_pending_no_tasks = 3
} okapi_duckdb_pending_state;

// Every one of DuckDB's handles is a pointer to something of its own.
typedef void *okapi_duckdb_handle;

// duckdb_result: the fields that DuckDB no longer wants read have no names here but their places.
typedef struct {
  uint64_t unused_counts[3];
  void *unused_columns;
  char *unused_error;
  void *internal;
} okapi_duckdb_result;

// duckdb_string_t: up to 12 bytes lie in it, longer texts behind the pointer.
typedef struct {
  uint32_t length;
  char prefix[4];
  char *pointer;
} okapi_duckdb_text;

#define OKAPI_DUCKDB_FUNCTIONS(declare) \
  declare(const char *, library_version, (void)) \
  declare(okapi_duckdb_state, create_config, (okapi_duckdb_handle *config)) \
  declare(okapi_duckdb_state, set_config, (okapi_duckdb_handle config, const char *name, const char *value)) \
  declare(void, destroy_config, (okapi_duckdb_handle *config)) \
  declare(okapi_duckdb_state, open_ext, \
          (const char *path, okapi_duckdb_handle *database, okapi_duckdb_handle config, char **error)) \
  declare(void, close, (okapi_duckdb_handle *database)) \
  declare(void, free, (void *memory)) \
  declare(okapi_duckdb_state, connect, (okapi_duckdb_handle database, okapi_duckdb_handle *connection)) \
  declare(void, disconnect, (okapi_duckdb_handle *connection)) \
  declare(void, interrupt, (okapi_duckdb_handle connection)) \
  declare(uint64_t, extract_statements, \
          (okapi_duckdb_handle connection, const char *sql, okapi_duckdb_handle *statements)) \
  declare(const char *, extract_statements_error, (okapi_duckdb_handle statements)) \
  declare(okapi_duckdb_state, prepare_extracted_statement, \
          (okapi_duckdb_handle connection, okapi_duckdb_handle statements, uint64_t index, \
           okapi_duckdb_handle *prepared)) \
  declare(void, destroy_extracted, (okapi_duckdb_handle *statements)) \
  declare(okapi_duckdb_state, prepare, \
          (okapi_duckdb_handle connection, const char *sql, okapi_duckdb_handle *prepared)) \
  declare(const char *, prepare_error, (okapi_duckdb_handle prepared)) \
  declare(void, destroy_prepare, (okapi_duckdb_handle *prepared)) \
  declare(uint64_t, nparams, (okapi_duckdb_handle prepared)) \
  declare(uint64_t, prepared_statement_column_count, (okapi_duckdb_handle prepared)) \
  declare(char *, prepared_statement_column_name, (okapi_duckdb_handle prepared, uint64_t column)) \
  declare(okapi_duckdb_handle, prepared_statement_column_logical_type, \
          (okapi_duckdb_handle prepared, uint64_t column)) \
  declare(okapi_duckdb_state, bind_null, (okapi_duckdb_handle prepared, uint64_t index)) \
  declare(okapi_duckdb_state, bind_boolean, (okapi_duckdb_handle prepared, uint64_t index, bool value)) \
  declare(okapi_duckdb_state, bind_int64, (okapi_duckdb_handle prepared, uint64_t index, int64_t value)) \
  declare(okapi_duckdb_state, bind_varchar_length, \
          (okapi_duckdb_handle prepared, uint64_t index, const char *text, uint64_t length)) \
  declare(okapi_duckdb_state, pending_prepared_streaming, \
          (okapi_duckdb_handle prepared, okapi_duckdb_handle *pending)) \
  declare(const char *, pending_error, (okapi_duckdb_handle pending)) \
  declare(okapi_duckdb_pending_state, pending_execute_task, (okapi_duckdb_handle pending)) \
  declare(okapi_duckdb_state, execute_pending, (okapi_duckdb_handle pending, okapi_duckdb_result *result)) \
  declare(void, destroy_pending, (okapi_duckdb_handle *pending)) \
  declare(const char *, result_error, (okapi_duckdb_result *result)) \
  declare(void, destroy_result, (okapi_duckdb_result *result)) \
  declare(uint64_t, column_count, (okapi_duckdb_result *result)) \
  declare(const char *, column_name, (okapi_duckdb_result *result, uint64_t column)) \
  declare(okapi_duckdb_handle, column_logical_type, (okapi_duckdb_result *result, uint64_t column)) \
  declare(int, get_type_id, (okapi_duckdb_handle type)) \
  declare(char *, logical_type_get_alias, (okapi_duckdb_handle type)) \
  declare(uint8_t, decimal_width, (okapi_duckdb_handle type)) \
  declare(uint8_t, decimal_scale, (okapi_duckdb_handle type)) \
  declare(void, destroy_logical_type, (okapi_duckdb_handle *type)) \
  declare(okapi_duckdb_handle, fetch_chunk, (okapi_duckdb_result result)) \
  declare(uint64_t, data_chunk_get_size, (okapi_duckdb_handle chunk)) \
  declare(okapi_duckdb_handle, data_chunk_get_vector, (okapi_duckdb_handle chunk, uint64_t column)) \
  declare(void, destroy_data_chunk, (okapi_duckdb_handle *chunk)) \
  declare(void *, vector_get_data, (okapi_duckdb_handle vector)) \
  declare(uint64_t *, vector_get_validity, (okapi_duckdb_handle vector))

#define OKAPI_DUCKDB_MEMBER(answer, name, parameters) answer (*name) parameters;
typedef struct {
  OKAPI_DUCKDB_FUNCTIONS(OKAPI_DUCKDB_MEMBER)
} okapi_duckdb_api;
#undef OKAPI_DUCKDB_MEMBER

// Loads the library and fills the table; answers null, or the loader's words. Before it `companion`, when there is one,
// is made known to all: the library of DuckDB's Python package names functions of Python that it never calls here.
static inline const char *okapi_duckdb_load(const char *companion, const char *library, okapi_duckdb_api *api) {
  if (companion && !dlopen(companion, RTLD_NOW | RTLD_GLOBAL)) return dlerror();
  void *handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
  if (!handle) return dlerror();
#define OKAPI_DUCKDB_FIND(answer, name, parameters) \
  *(void **)&api->name = dlsym(handle, "duckdb_" #name); \
  if (!api->name) return "the function duckdb_" #name " is not in it";
  OKAPI_DUCKDB_FUNCTIONS(OKAPI_DUCKDB_FIND)
#undef OKAPI_DUCKDB_FIND
  return NULL;
}
