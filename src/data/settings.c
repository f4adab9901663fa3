/* Options from streams, merged as JSON. Nothing here knows what they mean. Any thread. */
#include "data/settings.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *parse_object(const char *text)
{
    json_t *object = json_loads(text, 0, NULL);
    if (object && !json_is_object(object)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* Fresh text of both, or NULL when either isn't an object or memory is short. */
static char *merged_text(const char *older, const char *newer)
{
    json_t *base = parse_object(older), *more = parse_object(newer);
    char *text = NULL;
    if (base && more && json_object_update(base, more) == 0)
        text = json_dumps(base, JSON_COMPACT);
    json_decref(base);
    json_decref(more);
    return text;
}

char *settings_merge(char *older, char *newer)
{
    if (!older || !newer)
        return older ? older : newer;
    char *text = merged_text(older, newer);
    free(older);
    if (!text) /* never for what the decoders make; what came last is the better half */
        return newer;
    free(newer);
    return text;
}
