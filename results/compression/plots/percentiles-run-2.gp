# Run in this directory: gnuplot percentiles-run-2.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'percentiles-run-2.svg'
set datafile separator comma
set title 'Latency by percentile, part 2' font ',16' noenhanced
set label 1 'plots/percentiles-run-2.csv   |   run compression-20261122T180234Z   |   11 histograms, merged per cell' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
unset key
set rmargin at screen 0.965
set logscale y 10
set yrange [227.519375:6920.6]
set ytics ('500' 500, '1k' 1000, '2k' 2000, '5k' 5000)
set ylabel 'latency (us)' noenhanced
set logscale x 10
set xrange [2:2649894.558]
set xtics ('50 %%' 2, '90 %%' 10, '99 %%' 100, '99.9 %%' 1000, '99.99 %%' 10000, '99.999 %%' 100000, '99.9999 %%' 1000000)
set xlabel 'percentile' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
plot 'percentiles-run-2.csv' skip 1 using 4:($1==0?$5:NaN) with lines linecolor rgb '#0072B2' linewidth 2 title 'zstd-dict:1, block 64KiB' noenhanced
