# Run in this directory: gnuplot data-rate.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'data-rate.svg'
set datafile separator comma
set title 'User data written by block size' font ',16' noenhanced
set label 1 'plots/data-rate.csv   |   run compression-20261122T180234Z   |   medians of 11 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'codec' at screen 0.8666666667,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.8566666667
unset logscale y
set yrange [0:1200]
set ytics ('0' 0, '200' 200, '400' 400, '600' 600, '800' 800, '1k' 1000, '1.2k' 1200)
set ylabel 'data rate (MB/s)' noenhanced
set logscale x 10
set xrange [3666.022691:73222.52988]
set xtics ('4KiB' 4096, '64KiB' 65536)
set xlabel 'block' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
plot 'data-rate.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#0072B2' notitle, \
     'data-rate.csv' skip 1 using ($1==0?$11:NaN):7 with linespoints linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.7 title 'none' noenhanced, \
     'data-rate.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#E69F00' notitle, \
     'data-rate.csv' skip 1 using ($1==1?$11:NaN):7 with linespoints linecolor rgb '#E69F00' linewidth 2 dashtype 1 pointtype 5 pointsize 0.7 title 'lz4' noenhanced, \
     'data-rate.csv' skip 1 using ($1==2?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#009E73' notitle, \
     'data-rate.csv' skip 1 using ($1==2?$11:NaN):7 with linespoints linecolor rgb '#009E73' linewidth 2 dashtype 1 pointtype 9 pointsize 0.7 title 'zstd:1' noenhanced, \
     'data-rate.csv' skip 1 using ($1==3?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#D55E00' notitle, \
     'data-rate.csv' skip 1 using ($1==3?$11:NaN):7 with linespoints linecolor rgb '#D55E00' linewidth 2 dashtype 1 pointtype 11 pointsize 0.7 title 'zstd-dict:1' noenhanced
