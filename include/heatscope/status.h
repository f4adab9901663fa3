/* Status codes of every call that can fail. The layer that fails logs what and why, once; callers pass the code on. */
#ifndef HEATSCOPE_STATUS_H
#define HEATSCOPE_STATUS_H

#define HS_STATUS_LIST(X)                               \
    X(HS_OK, "ok")                                      \
    X(HS_ERR_USAGE, "bad argument")                     \
    X(HS_ERR_IO, "input or output failed")              \
    X(HS_ERR_FORMAT, "malformed data")                  \
    X(HS_ERR_UNSUPPORTED, "not supported")              \
    X(HS_ERR_LIMIT, "over a limit")                     \
    X(HS_ERR_MEMORY, "out of memory")                   \
    X(HS_ERR_SYSTEM, "the system refused")              \
    X(HS_ERR_GL, "OpenGL failed")                       \
    X(HS_ERR_END, "end of stream")                      \
    X(HS_ERR_CANCELLED, "cancelled")

enum hs_status {
#define HS_STATUS_ENUM(name, text) name,
    HS_STATUS_LIST(HS_STATUS_ENUM)
#undef HS_STATUS_ENUM
};

/* A short English text for a status; static, never NULL. */
const char *hs_status_text(enum hs_status status);

#endif
