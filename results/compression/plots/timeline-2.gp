# Run in this directory: gnuplot timeline-2.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'timeline-2.svg'
set datafile separator comma
set title '' font ',16' noenhanced
set label 1 'plots/timeline-2.csv   |   run compression-20261122T180234Z   |   medians over rounds, warm-up included' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set multiplot title 'Throughput and p99 over time, part 2' font ',16' noenhanced
unset title
unset key
set rmargin at screen 0.965
set tmargin at screen 0.90
set bmargin at screen 0.555
unset logscale x
set xrange [0:0.5]
set xtics ('' 0, '' 0.1, '' 0.2, '' 0.3, '' 0.4, '' 0.5)
set xlabel '' noenhanced
unset logscale y
set yrange [0:800000]
set ytics ('0' 0, '200k' 200000, '400k' 400000, '600k' 600000, '800k' 800000)
set ylabel 'throughput (ops/s)' noenhanced
plot 'timeline-2.csv' skip 1 using 3:($1==0?$4:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'zstd-dict:1, block 64KiB' noenhanced
unset label 1
unset key
set tmargin at screen 0.50
set bmargin at screen 0.175
unset logscale x
set xrange [0:0.5]
set xtics ('0' 0, '0.1' 0.1, '0.2' 0.2, '0.3' 0.3, '0.4' 0.4, '0.5' 0.5)
set xlabel 'time (s)' noenhanced
set xlabel offset 0,0.3
set logscale y 10
set yrange [368.64:3145.728]
set ytics ('500' 500, '1k' 1000, '2k' 2000)
set ylabel 'p99 (us)' noenhanced
plot 'timeline-2.csv' skip 1 using 3:($1==0?$5:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'zstd-dict:1, block 64KiB' noenhanced
unset multiplot
