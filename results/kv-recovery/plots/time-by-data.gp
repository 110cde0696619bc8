# Run in this directory: gnuplot time-by-data.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'time-by-data.svg'
set datafile separator comma
set title 'Time to the first correct read by number of keys' font ',16' noenhanced
set label 1 'plots/time-by-data.csv   |   run kv-recovery-20261123T002755Z   |   medians of 5 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'system, log' at screen 0.8122222222,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.8022222222
set logscale y 10
set yrange [3.100984375:3523.522886]
set ytics ('10' 10, '100' 100, '1k' 1000)
set ylabel 'recovery time (ms)' noenhanced
set logscale x 10
set xrange [925925.9259:1080000]
set xtics ('1000000' 1000000)
set xlabel 'records' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
plot 'time-by-data.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#0072B2' notitle, \
     'time-by-data.csv' skip 1 using ($1==0?$11:NaN):7 with linespoints linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.7 title 'kv, log 0B' noenhanced, \
     'time-by-data.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#E69F00' notitle, \
     'time-by-data.csv' skip 1 using ($1==1?$11:NaN):7 with linespoints linecolor rgb '#E69F00' linewidth 2 dashtype 1 pointtype 5 pointsize 0.7 title 'kv, log 64MiB' noenhanced, \
     'time-by-data.csv' skip 1 using ($1==2?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#009E73' notitle, \
     'time-by-data.csv' skip 1 using ($1==2?$11:NaN):7 with linespoints linecolor rgb '#009E73' linewidth 2 dashtype 1 pointtype 9 pointsize 0.7 title 'rocksdb, log 0B' noenhanced, \
     'time-by-data.csv' skip 1 using ($1==3?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#D55E00' notitle, \
     'time-by-data.csv' skip 1 using ($1==3?$11:NaN):7 with linespoints linecolor rgb '#D55E00' linewidth 2 dashtype 1 pointtype 11 pointsize 0.7 title 'rocksdb, log 64MiB' noenhanced
