/* Texts of the status codes. */
#include <heatscope/status.h>

const char *hs_status_text(enum hs_status status)
{
    static const char *const texts[] = {
#define TEXT(name, text) [name] = text,
        HS_STATUS_LIST(TEXT)
#undef TEXT
    };
    return (unsigned)status < sizeof texts / sizeof *texts ? texts[status] : "unknown status";
}
