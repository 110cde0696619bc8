# Run in this directory: gnuplot timeline-2.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'timeline-2.svg'
set datafile separator comma
set title '' font ',16' noenhanced
set label 1 'plots/timeline-2.csv   |   run sync-policies-20261122T175718Z   |   medians over rounds, warm-up included' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set multiplot title 'Throughput and p99 over time, part 2' font ',16' noenhanced
unset title
set key at screen 0.7811111111,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.7711111111
set tmargin at screen 0.90
set bmargin at screen 0.555
unset logscale x
set xrange [0:0.5]
set xtics ('' 0, '' 0.1, '' 0.2, '' 0.3, '' 0.4, '' 0.5)
set xlabel '' noenhanced
unset logscale y
set yrange [0:250000]
set ytics ('0' 0, '50k' 50000, '100k' 100000, '150k' 150000, '200k' 200000, '250k' 250000)
set ylabel 'throughput (ops/s)' noenhanced
plot 'timeline-2.csv' skip 1 using 3:($1==0?$4:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'every:1MiB, clients 16' noenhanced, \
     'timeline-2.csv' skip 1 using 3:($1==1?$4:NaN) with lines linecolor rgb '#E69F00' linewidth 1.5 title 'never, clients 1' noenhanced, \
     'timeline-2.csv' skip 1 using 3:($1==2?$4:NaN) with lines linecolor rgb '#009E73' linewidth 1.5 title 'never, clients 16' noenhanced
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
set yrange [3.52:681.5744]
set ytics ('5' 5, '10' 10, '20' 20, '50' 50, '100' 100, '200' 200, '500' 500)
set ylabel 'p99 (us)' noenhanced
plot 'timeline-2.csv' skip 1 using 3:($1==0?$5:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'every:1MiB, clients 16' noenhanced, \
     'timeline-2.csv' skip 1 using 3:($1==1?$5:NaN) with lines linecolor rgb '#E69F00' linewidth 1.5 title 'never, clients 1' noenhanced, \
     'timeline-2.csv' skip 1 using 3:($1==2?$5:NaN) with lines linecolor rgb '#009E73' linewidth 1.5 title 'never, clients 16' noenhanced
unset multiplot
