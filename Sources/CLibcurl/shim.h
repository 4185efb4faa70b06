#include <curl/curl.h>

// libcurl's option and info calls are variadic, which Swift cannot call.
static inline CURLcode okapi_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode okapi_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode okapi_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

// The bytes must stay where they are until the transfer has ended.
static inline CURLcode okapi_curl_set_body(CURL *handle, const void *bytes, curl_off_t count) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
  return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_POSTFIELDS, (const char *)bytes);
}

// A body that is asked for in parts; `rewind` goes back to its beginning when libcurl sends it again.
static inline void okapi_curl_set_source(CURL *handle, curl_read_callback read, curl_seek_callback rewind,
                                         void *context, curl_off_t count) {
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, read);
  curl_easy_setopt(handle, CURLOPT_READDATA, context);
  curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, rewind);
  curl_easy_setopt(handle, CURLOPT_SEEKDATA, context);
  curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, count);
}

typedef size_t (*okapi_curl_sink)(char *bytes, size_t size, size_t count, void *context);

static inline void okapi_curl_set_sinks(CURL *handle, okapi_curl_sink head, okapi_curl_sink body,
                                        curl_prereq_callback sending, void *context) {
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, head);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, sending);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, context);
}

static inline void okapi_curl_set_error_buffer(CURL *handle, char *buffer) {
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}

static inline long okapi_curl_status(CURL *handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

static inline long okapi_curl_http_version(CURL *handle) {
  long version = 0;
  curl_easy_getinfo(handle, CURLINFO_HTTP_VERSION, &version);
  return version;
}

// Bytes of the body as they came over the wire, before any decompression.
static inline curl_off_t okapi_curl_received(CURL *handle) {
  curl_off_t bytes = 0;
  curl_easy_getinfo(handle, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
  return bytes;
}

static inline CURLMcode okapi_curl_multi_set_number(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

static inline const char *okapi_curl_version(void) { return curl_version_info(CURLVERSION_NOW)->version; }

static inline void okapi_curl_set_progress(CURL *handle, curl_xferinfo_callback progress, void *context) {
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}
