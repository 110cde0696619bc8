# Run in this directory: gnuplot time.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'time.svg'
set datafile separator comma
set title 'Recovery time by size of the log' font ',16' noenhanced
set label 1 'plots/time.csv   |   run wal-recovery-20261122T180146Z   |   medians of 11 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'codec, threads' at screen 0.8355555556,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.8255555556
set logscale y 10
set yrange [6.10864625:136.9185888]
set ytics ('10' 10, '20' 20, '50' 50, '100' 100)
set ylabel 'recovery time (ms)' noenhanced
set logscale x 10
set xrange [15534459.26:72477573.12]
set xtics ('16MiB' 16777216, '64MiB' 67108864)
set xlabel 'log' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
plot 'time.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#0072B2' notitle, \
     'time.csv' skip 1 using ($1==0?$11:NaN):7 with linespoints linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.7 title 'none, threads 1' noenhanced, \
     'time.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#E69F00' notitle, \
     'time.csv' skip 1 using ($1==1?$11:NaN):7 with linespoints linecolor rgb '#E69F00' linewidth 2 dashtype 1 pointtype 5 pointsize 0.7 title 'none, threads 2' noenhanced, \
     'time.csv' skip 1 using ($1==2?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#009E73' notitle, \
     'time.csv' skip 1 using ($1==2?$11:NaN):7 with linespoints linecolor rgb '#009E73' linewidth 2 dashtype 1 pointtype 9 pointsize 0.7 title 'lz4, threads 1' noenhanced, \
     'time.csv' skip 1 using ($1==3?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#D55E00' notitle, \
     'time.csv' skip 1 using ($1==3?$11:NaN):7 with linespoints linecolor rgb '#D55E00' linewidth 2 dashtype 1 pointtype 11 pointsize 0.7 title 'lz4, threads 2' noenhanced
