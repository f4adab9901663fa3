/* What keys do, in one table: --list-keys and the help overlay read it, so neither can go stale. */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

struct ui;

/* Keys that make a character are that character (Unicode); these are the others. */
enum key {
    KEY_LEFT = 0x110000,
    KEY_RIGHT,
    KEY_UP,
    KEY_DOWN,
    KEY_HOME,
    KEY_END,
    KEY_ESCAPE,
    KEY_F1,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_TAB,
    KEY_ENTER,
    KEY_BACKSPACE,
};

/* Run what the key means; unknown keys do nothing. */
void commands_key(struct ui *ui, int key);
/* Lines "keys\twhat it does", keys and mouse; malloc'ed. */
char *commands_help(void);

#endif
