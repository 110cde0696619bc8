# Run in this directory: gnuplot timeline-4.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'timeline-4.svg'
set datafile separator comma
set title '' font ',16' noenhanced
set label 1 'plots/timeline-4.csv   |   run kv-peers-20261123T003307Z   |   medians over rounds, warm-up included' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set multiplot title 'Throughput and p99 over time, part 4' font ',16' noenhanced
unset title
set key at screen 0.6877777778,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.6777777778
set tmargin at screen 0.90
set bmargin at screen 0.555
unset logscale x
set xrange [0:0.7]
set xtics ('' 0, '' 0.2, '' 0.4, '' 0.6)
set xlabel '' noenhanced
unset logscale y
set yrange [0:120000]
set ytics ('0' 0, '20k' 20000, '40k' 40000, '60k' 60000, '80k' 80000, '100k' 100000, '120k' 120000)
set ylabel 'throughput (ops/s)' noenhanced
plot 'timeline-4.csv' skip 1 using 3:($1==0?$4:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'lmdb, never, cli… 1, outstanding 1' noenhanced, \
     'timeline-4.csv' skip 1 using 3:($1==1?$4:NaN) with lines linecolor rgb '#E69F00' linewidth 1.5 title 'lmdb, never, cli…1, outstanding 64' noenhanced, \
     'timeline-4.csv' skip 1 using 3:($1==2?$4:NaN) with lines linecolor rgb '#009E73' linewidth 1.5 title 'lmdb, never, cli…64, outstanding 1' noenhanced
unset label 1
unset key
set tmargin at screen 0.50
set bmargin at screen 0.175
unset logscale x
set xrange [0:0.7]
set xtics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6)
set xlabel 'time (s)' noenhanced
set xlabel offset 0,0.3
set logscale y 10
set yrange [47.36:1887.4368]
set ytics ('50' 50, '100' 100, '200' 200, '500' 500, '1k' 1000)
set ylabel 'p99 (us)' noenhanced
plot 'timeline-4.csv' skip 1 using 3:($1==0?$5:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'lmdb, never, cli… 1, outstanding 1' noenhanced, \
     'timeline-4.csv' skip 1 using 3:($1==1?$5:NaN) with lines linecolor rgb '#E69F00' linewidth 1.5 title 'lmdb, never, cli…1, outstanding 64' noenhanced, \
     'timeline-4.csv' skip 1 using 3:($1==2?$5:NaN) with lines linecolor rgb '#009E73' linewidth 1.5 title 'lmdb, never, cli…64, outstanding 1' noenhanced
unset multiplot
