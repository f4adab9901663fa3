/* Demo data: a producer on a thread of its own that sends a lively synthetic field over a real TCP socket on the loopback, so that the
 * demo takes the same way as anybody's data. */
#ifndef APP_DEMO_H
#define APP_DEMO_H

#include <heatscope/status.h>
#include <stdbool.h>

struct demo;

enum hs_status demo_start(struct demo **out);
/* "tcp://127.0.0.1:PORT"; lives as long as the demo. */
const char *demo_address(const struct demo *d);
/* NULL is fine. */
void demo_stop(struct demo *d);
/* Standard input is a pipe, a file or a socket. */
bool demo_stdin_is_data(void);

#endif
