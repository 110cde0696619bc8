# Run in this directory: gnuplot latency-and-throughput.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'latency-and-throughput.svg'
set datafile separator comma
set title 'The price of throughput: 99th percentile of latency' font ',16' noenhanced
set label 1 'plots/latency-and-throughput.csv   |   run group-commit-20261122T180002Z   |   medians of 11 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'clients, outstanding' at screen 0.7577777778,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.7477777778
set logscale y 10
set yrange [193.759375:2729.5728]
set ytics ('200' 200, '500' 500, '1k' 1000, '2k' 2000)
set ylabel 'latency p99 (us)' noenhanced
set logscale x 10
set xrange [2970.3125:424680]
set xtics ('5k' 5000, '10k' 10000, '20k' 20000, '50k' 50000, '100k' 100000, '200k' 200000)
set xlabel 'throughput (ops/s)' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
plot 'latency-and-throughput.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#0072B2' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==0?$5:NaN):7:($6-$5):(0) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#0072B2' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==0?$11:NaN):7 with points linecolor rgb '#0072B2' pointtype 7 pointsize 1.1 title 'clients 1, outstanding 1' noenhanced, \
     'latency-and-throughput.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#E69F00' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==1?$5:NaN):7:($6-$5):(0) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#E69F00' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==1?$11:NaN):7 with points linecolor rgb '#E69F00' pointtype 5 pointsize 1.1 title 'clients 1, outstanding 8' noenhanced, \
     'latency-and-throughput.csv' skip 1 using ($1==2?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#009E73' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==2?$5:NaN):7:($6-$5):(0) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#009E73' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==2?$11:NaN):7 with points linecolor rgb '#009E73' pointtype 9 pointsize 1.1 title 'clients 1, outstanding 64' noenhanced, \
     'latency-and-throughput.csv' skip 1 using ($1==3?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#D55E00' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==3?$5:NaN):7:($6-$5):(0) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#D55E00' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==3?$11:NaN):7 with points linecolor rgb '#D55E00' pointtype 11 pointsize 1.1 title 'clients 8, outstanding 1' noenhanced, \
     'latency-and-throughput.csv' skip 1 using ($1==4?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#CC79A7' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==4?$5:NaN):7:($6-$5):(0) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#CC79A7' notitle, \
     'latency-and-throughput.csv' skip 1 using ($1==4?$11:NaN):7 with points linecolor rgb '#CC79A7' pointtype 13 pointsize 1.1 title 'clients 64, outstanding 1' noenhanced
