# Run in this directory: gnuplot snapshot-rate.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'snapshot-rate.svg'
set datafile separator comma
set title 'Speed of a snapshot under load' font ',16' noenhanced
set label 1 'plots/snapshot-rate.csv   |   run snapshot-under-load-20261123T003512Z   |   medians of 6 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
unset key
set rmargin at screen 0.965
unset logscale y
set yrange [0:500]
set ytics ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400, '500' 500)
set ylabel 'snapshot rate (MB/s)' noenhanced
unset logscale x
set xrange [-0.6:0.6]
set xtics ('kv' 0)
set xlabel 'system' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.736
set style fill solid 1.0 noborder
plot 'snapshot-rate.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title '' noenhanced, \
     'snapshot-rate.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
