# Run in this directory: gnuplot timeline-3.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'timeline-3.svg'
set datafile separator comma
set title '' font ',16' noenhanced
set label 1 'plots/timeline-3.csv   |   run kv-peers-20261123T003307Z   |   medians over rounds, warm-up included' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set multiplot title 'Throughput and p99 over time, part 3' font ',16' noenhanced
unset title
set key at screen 0.6877777778,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.6777777778
set tmargin at screen 0.90
set bmargin at screen 0.555
unset logscale x
set xrange [0:0.8]
set xtics ('' 0, '' 0.2, '' 0.4, '' 0.6, '' 0.8)
set xlabel '' noenhanced
set logscale y 10
set yrange [400:124416]
set ytics ('1k' 1000, '10k' 10000, '100k' 100000)
set ylabel 'throughput (ops/s)' noenhanced
plot 'timeline-3.csv' skip 1 using 3:($1==0?$4:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'sqlite-wal, alwa…64, outstanding 1' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==1?$4:NaN) with lines linecolor rgb '#E69F00' linewidth 1.5 title 'sqlite-wal, neve… 1, outstanding 1' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==2?$4:NaN) with lines linecolor rgb '#009E73' linewidth 1.5 title 'sqlite-wal, neve…1, outstanding 64' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==3?$4:NaN) with lines linecolor rgb '#D55E00' linewidth 1.5 title 'sqlite-wal, neve…64, outstanding 1' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==4?$4:NaN) with lines linecolor rgb '#CC79A7' linewidth 1.5 title 'lmdb, always, cl… 1, outstanding 1' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==5?$4:NaN) with lines linecolor rgb '#56B4E9' linewidth 1.5 title 'lmdb, always, cl…1, outstanding 64' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==6?$4:NaN) with lines linecolor rgb '#000000' linewidth 1.5 title 'lmdb, always, cl…64, outstanding 1' noenhanced
unset label 1
unset key
set tmargin at screen 0.50
set bmargin at screen 0.175
unset logscale x
set xrange [0:0.8]
set xtics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8)
set xlabel 'time (s)' noenhanced
set xlabel offset 0,0.3
set logscale y 10
set yrange [35.84:348966.0928]
set ytics ('100' 100, '1k' 1000, '10k' 10000, '100k' 100000)
set ylabel 'p99 (us)' noenhanced
plot 'timeline-3.csv' skip 1 using 3:($1==0?$5:NaN) with lines linecolor rgb '#0072B2' linewidth 1.5 title 'sqlite-wal, alwa…64, outstanding 1' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==1?$5:NaN) with lines linecolor rgb '#E69F00' linewidth 1.5 title 'sqlite-wal, neve… 1, outstanding 1' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==2?$5:NaN) with lines linecolor rgb '#009E73' linewidth 1.5 title 'sqlite-wal, neve…1, outstanding 64' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==3?$5:NaN) with lines linecolor rgb '#D55E00' linewidth 1.5 title 'sqlite-wal, neve…64, outstanding 1' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==4?$5:NaN) with lines linecolor rgb '#CC79A7' linewidth 1.5 title 'lmdb, always, cl… 1, outstanding 1' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==5?$5:NaN) with lines linecolor rgb '#56B4E9' linewidth 1.5 title 'lmdb, always, cl…1, outstanding 64' noenhanced, \
     'timeline-3.csv' skip 1 using 3:($1==6?$5:NaN) with lines linecolor rgb '#000000' linewidth 1.5 title 'lmdb, always, cl…64, outstanding 1' noenhanced
unset multiplot
