/* A line that is typed: opened by a key, it takes all keys until Enter or Esc. Render thread. */
#ifndef APP_ENTRY_H
#define APP_ENTRY_H

#include <stdbool.h>

struct entry {
    bool open;
    char text[96];   /* UTF-8 */
    char error[128]; /* what is wrong with it; "": nothing */
    char shown[120]; /* the line as it is drawn */
};

void entry_open(struct entry *e);
/* A key of commands.h. True: Enter, the text is to be used; then close it (e->open), or say in e->error why not. */
bool entry_key(struct entry *e, int key);
/* The line to draw; NULL: it isn't open. */
const char *entry_line(struct entry *e);

#endif
