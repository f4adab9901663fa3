/* What the messages say of a stream's mistakes is shown in its panel's corner, too, for a few seconds; a record that doesn't go on for as
 * long as that lasts. Render thread. */
#include "app/panel_internal.h"
#include "base/clock.h"
#include <stdio.h>

#define NOTE_NS 5000000000ll

const char *panel_note_text(struct panel *p)
{
    struct panel_note *n = &p->note;
    char last[COMPLAINT_BYTES];
    if (!p->window || !p->source)
        return NULL;
    int64_t now = clock_now_ns();
    uint64_t num = complaints_read(source_complaints(p->source), last, n->waiting);
    if (num != n->seen) {
        n->seen = num;
        n->until_ns = now + NOTE_NS;
        snprintf(n->text, sizeof n->text, "%s", last);
    }
    return n->waiting[0] ? n->waiting : now < n->until_ns ? n->text : NULL;
}

void panel_note_refused(struct panel *p, const char *settings)
{
    p->note.until_ns = clock_now_ns() + NOTE_NS;
    snprintf(p->note.text, sizeof p->note.text, "an option in the stream is wrong: %s", settings);
}

const char *panel_last_complaint(const struct panel *p)
{
    return p->note.text[0] ? p->note.text : NULL;
}
