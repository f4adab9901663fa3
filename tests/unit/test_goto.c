/* What people type to go to a cell, and what they are told. */
#include "draw/font.h"
#include "view/view.h"
#include <criterion/criterion.h>
#include <string.h>

enum { ROWS = 30, COLS = 40 };

static float data[ROWS * COLS];
static struct frame frame;
static struct font *font;
static struct view *view;

static void make_view(void)
{
    view = view_create(NULL, font = font_create());
    view_resize(view, 400, 300, 1);
    frame = (struct frame){.cells = array_c_order(data, DTYPE_F4, ROWS, COLS), .channels = 1};
    view_set_frame(view, &frame);
}

static void drop_view(void)
{
    view_destroy(view);
    font_destroy(font);
}

TestSuite(goto_cell, .init = make_view, .fini = drop_view);

static void goes_to(const char *text, int64_t row, int64_t col)
{
    char message[128] = "";
    int64_t r = -1, c = -1;
    cr_assert(view_parse_cell(view, text, &r, &c, message, sizeof message), "%s: %s", text, message);
    cr_assert(r == row && c == col, "%s: %lld,%lld", text, (long long)r, (long long)c);
}

static void is_told(const char *text, const char *why)
{
    char message[128] = "";
    int64_t r, c;
    cr_assert_not(view_parse_cell(view, text, &r, &c, message, sizeof message), "%s", text);
    cr_assert_str_eq(message, why, "%s: %s", text, message);
}

Test(goto_cell, cells)
{
    goes_to("12,34", 12, 34);
    goes_to("12 34", 12, 34);
    goes_to("row 12 col 34", 12, 34);
    goes_to("column 34, row -1", 29, 34);
    goes_to("row = 12 col = 34", 12, 34);
}

Test(goto_cell, what_is_missing_is_told)
{
    static const char *const alone[] = {"12", "row 12", "row 999", "row=12", "row", "row ", "col 999", "column: 3", "x 5", "y = 5"};
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        is_told(alone[i], "a row and a column: 12,34");
    is_told("row 5 col 999", "columns are 0 to 39");
    is_told("row 999 5", "rows are 0 to 29");
    is_told("arrow 5", "no row is called 'arrow'");
    is_told("5,b", "no column is called 'b'");
}

Test(goto_cell, names_may_be_those_words)
{
    cr_assert_eq(view_set(view, "test", "yticklabels", "row,col"), HS_OK);
    struct draw_list list = {0};
    cr_assert_eq(view_build(view, &list), HS_OK);
    goes_to("row 3", 0, 3);
    goes_to("col,3", 1, 3);
    draw_list_fini(&list);
}
