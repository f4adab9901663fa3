/* The themes, one row each: light is the look of matplotlib's figures; dark is for control rooms, where a white figure would be the
 * brightest thing; paper is black on white with hairlines, for print. Constant data; any thread. */
#include "plot/theme.h"

static const struct theme THEMES[THEME_NUM] = {
    [THEME_LIGHT] = {"light", {255, 255, 255, 255}, {26, 26, 26, 255}, {255, 255, 255, 255}, {211, 211, 211, 255}, 0.8},
    [THEME_DARK] = {"dark", {22, 24, 28, 255}, {214, 219, 226, 255}, {22, 24, 28, 255}, {92, 97, 105, 255}, 0.8},
    [THEME_PAPER] = {"paper", {255, 255, 255, 255}, {0, 0, 0, 255}, {255, 255, 255, 255}, {224, 224, 224, 255}, 0.4},
};

const struct theme *theme_get(int kind)
{
    return &THEMES[kind >= 0 && kind < THEME_NUM ? kind : THEME_LIGHT];
}
