# Run in this directory: gnuplot throughput-by-outstanding.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'throughput-by-outstanding.svg'
set datafile separator comma
set title 'Durable writes by writes in flight' font ',16' noenhanced
set label 1 'plots/throughput-by-outstanding.csv   |   run group-commit-20261122T180002Z   |   medians of 11 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'clients' at screen 0.8977777778,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.8877777778
set logscale y 10
set yrange [2970.3125:424680]
set ytics ('5k' 5000, '10k' 10000, '20k' 20000, '50k' 50000, '100k' 100000, '200k' 200000)
set ylabel 'throughput (ops/s)' noenhanced
set logscale x 10
set xrange [0.8467453124:75.58353033]
set xtics ('1' 1, '8' 8, '64' 64)
set xlabel 'outstanding' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
plot 'throughput-by-outstanding.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#0072B2' notitle, \
     'throughput-by-outstanding.csv' skip 1 using ($1==0?$11:NaN):7 with linespoints linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.7 title '1' noenhanced, \
     'throughput-by-outstanding.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#E69F00' notitle, \
     'throughput-by-outstanding.csv' skip 1 using ($1==1?$11:NaN):7 with linespoints linecolor rgb '#E69F00' linewidth 2 dashtype 1 pointtype 5 pointsize 0.7 title '8' noenhanced, \
     'throughput-by-outstanding.csv' skip 1 using ($1==2?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#009E73' notitle, \
     'throughput-by-outstanding.csv' skip 1 using ($1==2?$11:NaN):7 with linespoints linecolor rgb '#009E73' linewidth 2 dashtype 1 pointtype 9 pointsize 0.7 title '64' noenhanced
