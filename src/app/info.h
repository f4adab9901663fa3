/* --info, --list-cmaps, --list-keys. */
#ifndef APP_INFO_H
#define APP_INFO_H

void info_print(void);
void info_print_cmaps(void);
void info_print_keys(void);

#endif
