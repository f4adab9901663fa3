/* Text is put in and taken out at its end only: what is typed here is short. Render thread. */
#include "app/entry.h"
#include "app/commands.h"
#include <stdio.h>
#include <string.h>

void entry_open(struct entry *e)
{
    *e = (struct entry){.open = true};
}

static int encode(int c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    out[0] = (char)(lead[more] | c >> 6 * more);
    for (int i = 1; i <= more; i++)
        out[i] = (char)(0x80 | (c >> 6 * (more - i) & 0x3f));
    return more + 1;
}

bool entry_key(struct entry *e, int key)
{
    size_t len = strlen(e->text);
    char more[4];
    if (key == KEY_ENTER)
        return true;
    e->error[0] = 0;
    if (key == KEY_ESCAPE)
        e->open = false;
    else if (key == KEY_BACKSPACE) {
        while (len && ((unsigned char)e->text[--len] & 0xc0) == 0x80)
            ;
        e->text[len] = 0;
    } else if (key >= ' ' && key < KEY_LEFT) {
        int num = encode(key, more);
        if (len + (size_t)num < sizeof e->text) {
            memcpy(e->text + len, more, (size_t)num);
            e->text[len + (size_t)num] = 0;
        }
    }
    return false;
}

const char *entry_line(struct entry *e)
{
    snprintf(e->shown, sizeof e->shown, "row,col: %s_", e->text);
    return e->open ? e->shown : NULL;
}
