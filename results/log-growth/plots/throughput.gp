# Run in this directory: gnuplot throughput.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'throughput.svg'
set datafile separator comma
set title 'Throughput by length of the log' font ',16' noenhanced
set label 1 'plots/throughput.csv   |   run log-growth-20261122T182005Z   |   medians of 5 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
unset key
set rmargin at screen 0.965
unset logscale y
set yrange [0:3000000]
set ytics ('0' 0, '500k' 500000, '1M' 1000000, '1.5M' 1500000, '2M' 2000000, '2.5M' 2500000, '3M' 3000000)
set ylabel 'throughput (ops/s)' noenhanced
unset logscale x
set xrange [-0.6:1.6]
set xtics ('16MiB' 0, '512MiB' 1)
set xlabel 'retained' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.736
set style fill solid 1.0 noborder
plot 'throughput.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title '' noenhanced, \
     'throughput.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
