# Run in this directory: gnuplot timeline.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'timeline.svg'
set datafile separator comma
set title '' font ',16' noenhanced
set label 1 'plots/timeline.csv   |   run snapshot-under-load-20261123T003512Z   |   medians over rounds, warm-up included' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set multiplot title 'Throughput and p99 over time' font ',16' noenhanced
unset title
set key at screen 0.89,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.88
set tmargin at screen 0.90
set bmargin at screen 0.555
unset logscale x
set xrange [0:1.3]
set xtics ('' 0, '' 0.5, '' 1)
set xlabel '' noenhanced
unset logscale y
set yrange [0:1200]
set ytics ('0' 0, '200' 200, '400' 400, '600' 600, '800' 800, '1k' 1000, '1.2k' 1200)
set ylabel 'throughput (ops/s)' noenhanced
plot 'timeline.csv' skip 1 using 3:($1==0?$4:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'none' noenhanced, \
     'timeline.csv' skip 1 using 3:($1==1?$4:NaN) with lines linecolor rgb '#E69F00' linewidth 1.5 title 'snapshot' noenhanced
unset label 1
unset key
set tmargin at screen 0.50
set bmargin at screen 0.175
unset logscale x
set xrange [0:1.3]
set xtics ('0' 0, '0.5' 0.5, '1' 1)
set xlabel 'time (s)' noenhanced
set xlabel offset 0,0.3
set logscale y 10
set yrange [122.88:2831.1552]
set ytics ('200' 200, '500' 500, '1k' 1000, '2k' 2000)
set ylabel 'p99 (us)' noenhanced
plot 'timeline.csv' skip 1 using 3:($1==0?$5:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'none' noenhanced, \
     'timeline.csv' skip 1 using 3:($1==1?$5:NaN) with lines linecolor rgb '#E69F00' linewidth 1.5 title 'snapshot' noenhanced
unset multiplot
