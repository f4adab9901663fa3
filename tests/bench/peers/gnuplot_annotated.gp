# A 1280x720 PNG of an .npy of doubles with a number in each cell: gnuplot -c gnuplot_annotated.gp IN.npy OUT.png ROWS COLS SKIP
set terminal pngcairo size 1280,720
set output ARG2
set palette defined (0 '#440154', 1 '#3b528b', 2 '#21918c', 3 '#5ec962', 4 '#fde725')
set title "Fifty by fifty"
set xlabel "column"
set ylabel "row"
set cblabel "value"
set xrange [-0.5:ARG4 - 0.5]
set yrange [ARG3 - 0.5:-0.5]
unset key
plot ARG1 binary skip=(ARG5 + 0) array=(@ARG4,@ARG3) format='%double' endian=little with image, \
     ARG1 binary skip=(ARG5 + 0) array=(@ARG4,@ARG3) format='%double' endian=little using (sprintf("%.1f", $1)) with labels font ",6"
