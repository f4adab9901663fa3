/* --check: a report on colormap and data instead of a picture. Render thread. */
#ifndef APP_CHECK_H
#define APP_CHECK_H

#include "app/app.h"

/* Of what the panels show, as of the last build, on standard output; as text or as one line of JSON a panel. */
enum hs_status check_report(struct app *a, bool json);
/* Of the colormap alone. */
enum hs_status check_report_map(const struct look *look, bool json);

#endif
