# Run in this directory: gnuplot throughput.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'throughput.svg'
set datafile separator comma
set title 'One writer, a sync for every record' font ',16' noenhanced
set label 1 'plots/throughput.csv   |   run sync-methods-20261122T175834Z   |   medians of 11 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'system' at screen 0.9055555556,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.8955555556
unset logscale y
set yrange [0:12000]
set ytics ('0' 0, '2k' 2000, '4k' 4000, '6k' 6000, '8k' 8000, '10k' 10000, '12k' 12000)
set ylabel 'throughput (ops/s)' noenhanced
unset logscale x
set xrange [-0.6:5.6]
set xtics ('fdatasync' 0, 'fsync' 1, 'o_dsync' 2, 'o_direct_dsync' 3, 'io_uring' 4, 'sync_file_range' 5)
set xlabel 'sync method' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.368
set style fill solid 1.0 noborder
plot 'throughput.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title 'bare' noenhanced, \
     'throughput.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'throughput.csv' skip 1 using ($1==1?$11:NaN):7 with boxes linecolor rgb '#E69F00' fillstyle solid 1.0 noborder title 'wal' noenhanced, \
     'throughput.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
