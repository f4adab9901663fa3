/* Is there anything in this machine that GL could draw on? Making a GL context only to learn that it is software takes a quarter of a
 * second. */
#ifndef APP_GRAPHICS_DEVICE_H
#define APP_GRAPHICS_DEVICE_H

#include <stdbool.h>

/* False: no driver's device is here, so that GL would be software (a remote server's hardware has no GL 3.3 for us either). */
bool graphics_device_exists(void);

#endif
