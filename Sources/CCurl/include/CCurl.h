// libcurl, loaded when it is first needed: linking it would cost every run ten milliseconds.
//
// The functions are libcurl's own, without what is variadic: options are set by type. Each has the name of its original
// behind `ccurl_`. None may be called before `ccurl_load` has returned 0.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

/// Loads libcurl and initialises it, once; safe from any thread.
///
/// \return 0; or -1 if the library, or a function in it, is not there: `ccurl_load_error` says what.
int ccurl_load(void);
const char *ccurl_load_error(void);

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *handle);
void ccurl_easy_reset(CURL *handle);
const char *ccurl_easy_strerror(CURLcode code);
CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode ccurl_set_write(CURL *handle, size_t (*callback)(char *, size_t, size_t, void *));
CURLcode ccurl_set_header(CURL *handle, size_t (*callback)(char *, size_t, size_t, void *));
CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode ccurl_get_string(CURL *handle, CURLINFO info, const char **value);
CURLcode ccurl_get_pointer(CURL *handle, CURLINFO info, void **value);

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *text);
void ccurl_slist_free_all(struct curl_slist *list);

CURLM *ccurl_multi_init(void);
CURLMcode ccurl_multi_cleanup(CURLM *multi);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *handle);
CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *handle);
CURLMcode ccurl_multi_perform(CURLM *multi, int *running);
CURLMcode ccurl_multi_poll(CURLM *multi, int timeout_ms);

/// The next transfer that has ended.
///
/// \return its handle, or NULL if there is none.
CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *code);

#endif
