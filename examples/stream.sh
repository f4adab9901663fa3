#!/bin/sh
# Stream rows of text from the shell; each line is a row of a waterfall, the newest at the bottom:
#   ./stream.sh | heatscope
# (vmstat 1 | heatscope works the same way.)
rows=${1:-600}
i=0
while [ "$i" -lt "$rows" ]; do
    awk -v i="$i" 'BEGIN { for (c = 0; c < 64; c++) printf "%s%.4f", c ? " " : "", sin(c / 5 + i / 10) * cos(i / 37); print "" }'
    i=$((i + 1))
    sleep "${2:-0.05}"
done
