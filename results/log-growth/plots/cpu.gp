# Run in this directory: gnuplot cpu.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'cpu.svg'
set datafile separator comma
set title 'Processor time of an append by length of the log' font ',16' noenhanced
set label 1 'plots/cpu.csv   |   run log-growth-20261122T182005Z   |   medians of 5 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
unset key
set rmargin at screen 0.965
unset logscale y
set yrange [0:0.8]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8)
set ylabel 'cpu per op (us)' noenhanced
unset logscale x
set xrange [-0.6:1.6]
set xtics ('16MiB' 0, '512MiB' 1)
set xlabel 'retained' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.736
set style fill solid 1.0 noborder
plot 'cpu.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title '' noenhanced, \
     'cpu.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
